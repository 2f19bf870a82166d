"""Which texts stand in the fields of platforms: chosen as a set, counted as each platform counts, never cut off.

    brief ─▶ candidates ─┐
    facts ───────────────┴─▶ per field: fits? allowed? ─▶ another angle each, no pair that clashes ─▶ Copy

What a platform does not insist on is left out where nothing fits, and told of; what it insists on is asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.copy.calls import choose_call
from automagic.products.ads.copy.candidates import (
    AdCandidate,
    host_of,
    list_bodies,
    list_headlines,
    list_names,
    list_paths,
    read_offered,
    role_of,
)  # fmt: skip
from automagic.products.ads.copy.combinations import clash_of, is_call, leans, same_asset
from automagic.products.ads.copy.gate import Grounds, ground_all
from automagic.products.ads.copy.policy import Line, facts_for, find_faults
from automagic.products.ads.creative import AdFinding, AdText
from automagic.products.ads.specs.counting import count_text
from automagic.products.ads.specs.table import AdPlatform, Spec, Specs

_DISTINCT = 5
"""So many headlines that do not repeat each other a search ad should have: google.rsa.distinct."""
_FREE = 2
"""So many texts of a field claim nothing, where there are enough that do."""
_ALIKE = 0.6
_LONGEST = 5000
"""Characters of a line that is judged: LinkedIn's introduction, the longest field of all, takes 3,000."""
_PINNED = {"google.rsa.description": "DESCRIPTION_1", "microsoft.rsa.description": "DESCRIPTION_1"}


@dataclass(frozen=True, slots=True)
class Copy:
    """The texts for platforms.

    Attributes:
        calls: The value of each platform's own list of calls to act, by platform's name: (platform, fact, value).
        findings: What speaks against the whole: a field left out, a line of a language model that says too much.
    """

    texts: tuple[AdText, ...]
    calls: tuple[tuple[str, str, str], ...] = ()
    findings: tuple[AdFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What was found of a line.

    Attributes:
        grounded: Whether the brief says it.
        grounds: Why it holds; of several sentences the weakest.
        claims: Ids of what it rests on.
        source: The sentences of the brief.
        why_not: What it adds or loses; "" when it is grounded.
    """

    text: str
    grounded: bool
    grounds: Grounds
    claims: tuple[str, ...]
    source: str
    why_not: str
    findings: tuple[AdFinding, ...]


def judge_line(text: str, brief: AdBrief, today: datetime.date, facts: Sequence[Spec] = ()) -> LineVerdict:
    """Whether a brief says what a line says, and what speaks against its wording by `facts`."""
    if len(text) > _LONGEST:
        return LineVerdict(text, False, "", (), "", f"it has {len(text):,} characters, more than any field takes", ())
    grounds = ground_all(text, brief)
    fault = next((one.why_not for one in grounds if not one.holds), "")
    claims = {one.claim.id: one.claim for one in grounds if one.claim and not fault}
    weakest = "words" if any(one.grounds == "words" for one in grounds) else grounds[0].grounds
    proven = bool(claims) and all(claim.proof for claim in claims.values())
    found = find_faults(Line(text, brief, today, proven=proven), facts)
    source = " ".join(claim.text for claim in claims.values())
    return LineVerdict(text, not fault, "" if fault else weakest, tuple(claims), source, fault, found)


def write_copy(  # the contract with the other rooms
    brief: AdBrief,
    specs: Specs,
    platforms: Sequence[AdPlatform],
    *,
    take: int,
    today: datetime.date,
    offered: Sequence[str] = (),
) -> Copy:
    """Texts for each field of platforms.

    Args:
        take: 1 for the first; each other one begins with another claim.
        offered: Lines of a language model; those that the brief does not say are left out and told of.

    Raises:
        RequestError: A field that a platform insists on can have no text, or too few: which, its limit, what to give.
    """
    turned = turn_brief(brief, take)
    passed, refused = read_offered(offered, brief)
    findings = [AdFinding("brief.invented", f"left out “{line}”: {why}", hard=True) for line, why in refused]
    texts: list[AdText] = []
    calls = []
    for platform in platforms:
        writer = _Writer(
            brief=turned,
            platform=platform,
            facts=facts_for(specs, [platform]),
            today=today,
            offered=passed,
            turn=take - 1,
        )
        facts = specs.of(platform)
        for place in dict.fromkeys(fact.place for fact in facts):
            writer.fill([fact for fact in facts if fact.place == place and fact.kind == "text"], facts)
        texts += writer.texts
        findings += writer.findings
        calls += [
            (platform.name, fact.id, value)
            for fact in facts
            if fact.kind == "enum" and fact.field == "call_to_action" and (value := choose_call(brief, fact))
        ]
    return Copy(tuple(texts), tuple(calls), tuple(dict.fromkeys(findings)))


def turn_brief(brief: AdBrief, take: int) -> AdBrief:
    """The brief with its claims turned, so that each take begins with another one."""
    start = (take - 1) % max(1, len(brief.claims))
    return replace(brief, claims=(*brief.claims[start:], *brief.claims[:start]))


@dataclass(slots=True)
class _Writer:
    """Fills the fields of one platform."""

    brief: AdBrief
    platform: AdPlatform
    facts: Sequence[Spec]
    today: datetime.date
    offered: Sequence[AdCandidate]
    turn: int
    texts: list[AdText] = field(default_factory=list)
    findings: list[AdFinding] = field(default_factory=list)

    def fill(self, fields: Sequence[Spec], every: Sequence[Spec]) -> None:
        """The fields of one format: short ones first, and bodies before headlines, which have more to choose from."""
        beside: list[str] = []
        for fact in sorted(
            fields, key=lambda one: (role_of(one.field) == "headline", not one.field.endswith("_short"))
        ):
            match role_of(fact.field):
                case "body":
                    candidates = list_bodies(self.brief, self.offered)
                    chosen = self._choose(fact, candidates, beside)
                case "headline":
                    candidates = list_headlines(self.brief, self.offered)
                    chosen = self._choose(fact, candidates, beside)
                case "name":
                    chosen = self._first(fact, list_names(self.brief))
                case "path":
                    used = {one.text for one in self.texts if role_of(one.field.rsplit(".", 1)[-1]) == "path"}
                    chosen = [one for one in list_paths(self.brief) if one.text not in used and self._fits(fact, one)]
                    chosen = chosen[: fact.max_items or 1]
                case "link":
                    chosen = self._first(fact, [AdCandidate(self.brief.link)])
                case "site":
                    chosen = self._first(fact, [AdCandidate(host_of(self.brief))])
                case "call":
                    chosen = self._first(fact, [AdCandidate(_phrase(self.brief, every))])
                case _:
                    continue
            self._add(fact, chosen)
            if role_of(fact.field) in {"headline", "body"}:
                beside += [one.text for one in chosen]

    def _choose(self, fact: Spec, candidates: Sequence[AdCandidate], beside: Sequence[str]) -> list[AdCandidate]:
        """A set of texts for a field; a short one of its kind, which has a fact of its own, is one of them."""
        short = {same_asset(one.text) for one in self.texts if one.field == f"{fact.id}_short"}
        least = max(0, max(fact.min_items or 0, 1 if fact.required else 0) - len(short))
        most = (fact.max_items or 1) - len(short)
        fitting = [
            one
            for one in candidates
            if self._fits(fact, one) and same_asset(one.text) not in short and not self._refused(one, fact)
        ]
        pick = self._best_one if most == 1 else self._pick
        chosen = pick(fact, fitting, beside, most, least)
        self._pinned_disclaimer(fact, chosen, most)
        if len(chosen) < least:
            self._miss(fact, len(chosen), least, candidates)
        return chosen

    def _best_one(
        self, fact: Spec, fitting: Sequence[AdCandidate], beside: Sequence[str], most: int, least: int
    ) -> list[AdCandidate]:
        """The text that fills what is seen of a field best, and does not repeat what stands beside it."""
        del most, least
        seen = self._seen(fact)

        def rank(one: AdCandidate) -> tuple[bool, bool, bool, bool, int]:
            length = self._count(fact, one.text)
            clashes = any(clash_of(one.text, other) for other in beside)
            return not one.claims, clashes, length > seen, leans(one.text), -length if length <= seen else length

        ranked = sorted(fitting, key=rank)
        if not ranked:
            return []
        best = rank(ranked[0])
        as_good = [one for one in ranked if rank(one)[:4] == best[:4] and rank(one)[4] <= best[4] * _ALIKE]
        return [as_good[self.turn % len(as_good)]] if as_good else ranked[:1]

    def _pick(
        self, fact: Spec, fitting: Sequence[AdCandidate], beside: Sequence[str], most: int, least: int
    ) -> list[AdCandidate]:
        """Texts of other claims first, then other forms, none that clashes; clashing ones only to reach the least."""
        body = role_of(fact.field) == "body"
        alone = [one for one in fitting if len(one.claims) < 2 or not body] if body else list(fitting)
        order = sorted(alone, key=lambda one: (not one.claims, leans(one.text), -self._count(fact, one.text)))
        by_angle = _take_turns(order)
        # Bodies leave half of the claims to headlines, which else could only repeat them.
        room = min(most, max(least, (len(self.brief.claims) + 1) // 2)) if body else most
        chosen: list[AdCandidate] = []
        enough = max(least, min(most, least if body else _DISTINCT))
        # What repeats a text of another field is better than a third line that claims nothing.
        for others, free, until in ((beside, _FREE, room), ((), _FREE, enough), ((), most, enough)):
            for one in by_angle:
                if len(chosen) >= until:
                    break
                if not one.claims and sum(not other.claims for other in chosen) >= free:
                    continue
                texts = (*(other.text for other in chosen), *others)
                if _is_new(one, chosen) and not any(clash_of(one.text, other) for other in texts):
                    chosen.append(one)
        for one in by_angle:  # better twice the same than refused
            if len(chosen) >= least:
                break
            if _is_new(one, chosen):
                chosen.append(one)
        return chosen

    def _pinned_disclaimer(self, fact: Spec, chosen: list[AdCandidate], most: int) -> None:
        """What must be legible stands in a place that is always seen."""
        if fact.id not in _PINNED or not self.brief.disclaimer:
            return
        disclaimer = AdCandidate(self.brief.disclaimer)
        if self._fits(fact, disclaimer):
            chosen[most - 1 :] = []
            chosen.append(disclaimer)
        else:
            raise RequestError(
                f"the disclaimer does not fit {fact.id}: {self._count(fact, self.brief.disclaimer)} of {fact.max}",
                hint="Give a shorter one.",
            )

    def _first(self, fact: Spec, candidates: Sequence[AdCandidate]) -> list[AdCandidate]:
        """The first that fits and is not refused."""
        chosen = [one for one in candidates if one.text and self._fits(fact, one) and not self._refused(one, fact)][:1]
        if not chosen and (fact.required or fact.min_items):
            self._miss(fact, 0, 1, candidates)
        return chosen

    def _miss(self, fact: Spec, found: int, least: int, candidates: Sequence[AdCandidate]) -> None:
        """Ask for what a platform insists on; tell of what it does not.

        Raises:
            RequestError: It insists.
        """
        short = min((one.text for one in candidates if one.text), key=lambda text: self._count(fact, text), default="")
        limit = f"at most {fact.max} characters" + (
            ", wide ones counted twice" if fact.count in {"width", "cjk2"} else ""
        )
        says = f"{fact.id} takes {limit}, and needs {least}: the brief gives {found}"
        if short and not found:
            says += f" (its shortest, “{short}”, has {self._count(fact, short)})"
        if fact.hard and (fact.required or fact.min_items):
            give = (
                "Give a shorter brand or name"
                if role_of(fact.field) == "name"
                else "Give shorter claims, or short = […] with one"
            )
            raise RequestError(f"{says}", hint=f"{give} of {limit}.")
        self.findings.append(AdFinding(fact.id, f"{says}; it is left out.", fact.hard, fact.source, fact.checked))

    def _add(self, fact: Spec, chosen: Sequence[AdCandidate]) -> None:
        for number, one in enumerate(chosen, 1):
            length = self._count(fact, one.text)
            seen = self._seen(fact)
            pinned = _PINNED.get(fact.id, "") if one.text == self.brief.disclaimer else ""
            findings = self._findings(one, fact)
            self.texts.append(
                AdText(
                    self.platform.name, fact.id, number, one.text, length, fact.max or length, one.claims, one.source,
                    one.state, seen if length > seen else None, pinned, findings,
                )
            )  # fmt: skip

    def _findings(self, one: AdCandidate, fact: Spec) -> tuple[AdFinding, ...]:
        if role_of(fact.field) in {"link", "site", "path"}:
            return ()
        line = Line(one.text, self.brief, self.today, headline=role_of(fact.field) == "headline", proven=one.proven)
        return find_faults(line, [rule for rule in self.facts if rule.kind != "text" or rule.id == fact.id])

    def _refused(self, one: AdCandidate, fact: Spec) -> bool:
        return any(found.hard for found in self._findings(one, fact))

    def _fits(self, fact: Spec, one: AdCandidate) -> bool:
        return (fact.min or 0) <= self._count(fact, one.text) <= (fact.max or 10**9)

    def _count(self, fact: Spec, text: str) -> int:
        return count_text(text, fact.count or "chars")

    def _seen(self, fact: Spec) -> int:
        wide = fact.truncates_cjk if self.brief.language[:2] in {"zh", "ja", "ko"} else None
        return wide or fact.truncates or fact.max or 10**9


def _is_new(one: AdCandidate, chosen: Sequence[AdCandidate]) -> bool:
    return same_asset(one.text) not in {same_asset(other.text) for other in chosen}


def _take_turns(candidates: Sequence[AdCandidate]) -> list[AdCandidate]:
    """One of each claim, then a second one of each; what rests on none comes last, and calls after names."""
    by_claim: dict[tuple[str, ...], list[AdCandidate]] = {}
    for one in candidates:
        by_claim.setdefault(one.claims, []).append(one)
    free = sorted(by_claim.pop((), []), key=lambda one: is_call(one.text))
    turns: list[AdCandidate] = []
    for at in range(max(map(len, by_claim.values()), default=0)):
        turns += [several[at] for several in by_claim.values() if at < len(several)]
    return [*turns, *free]


def _phrase(brief: AdBrief, every: Sequence[Spec]) -> str:
    """A platform's call as words: LEARN_MORE is "Learn more"."""
    return next(
        (
            choose_call(brief, one).replace("_", " ").capitalize()
            for one in every
            if one.kind == "enum" and one.field == "call_to_action"
        ),
        "",
    )
