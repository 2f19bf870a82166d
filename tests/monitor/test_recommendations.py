"""What is recommended follows from a figure, with where it should be and what to change."""

from __future__ import annotations

from automagic.cli.main import COMMANDS
from automagic.data import shipped
from automagic.monitor.figures import FIGURES
from automagic.monitor.recommendations import recommend
from automagic.reading.toml import parse_toml
from automagic.settings import known_settings

RULES = parse_toml(shipped("recommendations.toml").read_bytes(), name="recommendations.toml")


def test_nothing_is_recommended_where_nothing_is_known_or_all_is_well():
    assert recommend({}) == ()
    assert recommend(dict.fromkeys(FIGURES)) == ()
    assert recommend({rule["metric"]: rule["target"] for rule in RULES.values()}) == ()


def test_what_matters_most_comes_first_with_figure_target_and_setting():
    first, second = recommend({"jobs_waiting": 25.0, "memory_free_gb": 0.5})
    assert (first.category, first.priority, first.setting) == ("memory", "high", "MAX_CONCURRENT_OPERATIONS")
    assert (second.current_value, second.target_value) == (25, 5)
    assert str(second).startswith("jobs_waiting is 25 and should be 5: automagic worker. Start")


def test_each_rule_names_a_figure_and_something_that_can_be_changed():
    names = {setting.name for setting in known_settings()}
    for name, rule in RULES.items():
        assert rule["metric"] in FIGURES, name
        assert ("above" in rule) != ("below" in rule), name
        assert rule["setting"] in names or rule["setting"].split()[1] in COMMANDS, name
        beyond = rule.get("above", rule.get("below"))
        assert (rule["target"] < beyond) == ("above" in rule), name
