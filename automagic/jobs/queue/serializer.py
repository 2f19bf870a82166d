"""How the job engine writes values: JSON, and nothing else.

Its own default is pickle, which runs whatever a row tells it to. Each row names its serializer, so it is not enough to
choose another one: `refuse_pickles` closes the door for rows that claim to be pickled.
"""

from __future__ import annotations

from typing import Any, NoReturn

import msgspec
from dbos._serialization import DefaultSerializer, Serializer

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
        """What `serialize` was given; an exception as JobError, unless something was made all the same."""
        data = parse_json(serialized_data, name="a job's row")
        if isinstance(data, dict) and data.keys() == {ERROR_KEY}:
            kept = read_error(serialized_data)
            if kept["result"] is not None:
                return RejectedResult(kept["message"], hint=kept["hint"], result=kept["result"])
            return JobError(kept["message"], hint=kept["hint"], name=kept["name"], exit_code=kept["exit_code"])
        return data


def refuse_pickles() -> None:
    """Make every attempt of the job engine to read a pickle fail, whatever a row says of itself; none is written.

    The failure of a row that claims to be pickled is kept as JSON: the engine asks for the row's own serializer.
    """
    DefaultSerializer.serialize = _serialize  # type: ignore[method-assign, assignment]  # in the whole process
    DefaultSerializer.deserialize = _refuse_pickle  # type: ignore[method-assign, assignment]  # as above


def _serialize(_self: object, data: Any) -> str:
    return JsonSerializer().serialize(data)


def _refuse_pickle(_self: object, _data: Any) -> NoReturn:
    raise ConfigurationError(
        "the job's row is pickled, which is never read", hint="Something else wrote it: remove the job."
    )


def _refuse_object(value: Any) -> NoReturn:
    raise TypeError(f"{type(value).__name__} is not plain data")
