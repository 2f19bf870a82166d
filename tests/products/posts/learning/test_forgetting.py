"""Nothing of an author's is kept where it would not be found when they are forgotten."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from automagic.products import find_product
from automagic.products.posts.learning.forgetting import PRODUCT, STEPS
from automagic.runs.steps import steps_in

KEEPING = {
    step.name: step
    for operation in find_product(PRODUCT).operations
    for step in steps_in(*operation.load_steps())
    if not {"author", "task"}.isdisjoint(step.signature.parameters)
}


def test_each_step_about_an_author_is_known() -> None:
    assert set(KEEPING) == set(STEPS)


@pytest.mark.parametrize("name", STEPS)
def test_its_result_says_whose_it_is(name: str) -> None:
    result = KEEPING[name].result_type
    assert is_dataclass(result)
    assert "author" in {field.name for field in fields(result)}
