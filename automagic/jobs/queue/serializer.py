"""How the job engine writes values: JSON, and nothing else.

Its own default is pickle, which runs whatever a row tells it to. Each row names its serializer, so it is not enough to
choose another one: `refuse_pickles` closes the door for rows that claim to be pickled.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any, NoReturn

import msgspec
from dbos import Serializer

from automagic.errors import ConfigurationError
from automagic.jobs.queue.failures import ERROR_KEY, JobError, RejectedResult, describe_error, read_error
from automagic.jobs.queue.location import SERIALIZER
from automagic.reading.json import parse_json


class JsonSerializer(Serializer):
    """Plain data as JSON; an exception as what is kept of it."""

    def name(self) -> str:
        """As rows tell it."""
        return SERIALIZER

    def serialize(self, data: Any) -> str:
        """Plain data or an exception as text.

        Raises:
            TypeError: It is neither.
        """
        if isinstance(data, BaseException):
            data = {ERROR_KEY: describe_error(data)}
        return msgspec.json.encode(data, enc_hook=_refuse_object).decode()

    def deserialize(self, serialized_data: str) -> Any:
        """What `serialize` was given; an exception as JobError, unless a result was made anyway."""
        data = parse_json(serialized_data, name="a job's row")
        if isinstance(data, dict) and data.keys() == {ERROR_KEY}:
            kept = read_error(serialized_data)
            if kept["result"] is not None:
                return RejectedResult(kept["message"], hint=kept["hint"], result=kept["result"])
            return JobError(kept["message"], hint=kept["hint"], name=kept["name"], exit_code=kept["exit_code"])
        return data


def refuse_pickles() -> None:
    """Make the job engine fail on every pickle that it tries to read, whatever a row claims. It writes none.

    The engine has no setting for it. The interpreter asks its audit hooks before a pickle may name anything that could
    be called (`pickle.find_class`), which is before it can do anything; a hook stays for as long as the process lives.
    """
    if not _refusing:
        _refusing.append(True)
        sys.addaudithook(_refuse_pickle)


_refusing: list[bool] = []


def _refuse_pickle(event: str, _arguments: tuple[object, ...]) -> None:
    if event != "pickle.find_class":
        return
    frame = inspect.currentframe()
    asks = frame.f_back if frame is not None else None
    while asks is not None and asks.f_globals.get("__name__") == "pickle":  # where it is written in Python
        asks = asks.f_back
    if asks is not None and str(asks.f_globals.get("__name__")).partition(".")[0] == "dbos":
        raise ConfigurationError(
            "the job's row is pickled, which is never read", hint="Something else wrote it: remove the job."
        )


def _refuse_object(value: Any) -> NoReturn:
    raise TypeError(f"{type(value).__name__} is not plain data")
