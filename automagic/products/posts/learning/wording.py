"""What the profile of an author says in words, on the page as in a terminal."""

from __future__ import annotations

from automagic.language.style.profile import StyleProfile
from automagic.language.style.trial import StyleTrial
from automagic.products.posts.learning.author import AuthorStyle

NO_TOPICS = "nothing more at one time than at another"
FEW_DATED = "fewer than 20 posts have a time"
_DAY_S = 86400.0


def explain_clockwork(profile: StyleProfile) -> str:
    """Why nothing is said of when an author posts; "" where it is."""
    found = profile.clockwork
    if found is None:
        return ""
    all_of_them = f"{found.posts:,} of {profile.dated:,} posts are of {found.time}"
    if found.apart_s:
        apart = "a day" if found.apart_s == _DAY_S else f"{found.apart_s:,.0f} s"
        made = "a program made these dates, which say nothing of the author"
        return f"{all_of_them}, {apart} after the one before: {made}"
    return f"{all_of_them}: that is no time of day, and says nothing of the hours in which the author posts"


def share(part: float) -> str:
    """A share of 0..1 in whole percent; what is hardly anything, and nearly all, is not rounded away."""
    if 0 < part < 0.005:
        return "<1 %"
    return ">99 %" if 0.995 <= part < 1 else f"{part:.0%}".replace("%", " %")


def explain_likeness(style: AuthorStyle, trial: StyleTrial | None) -> list[str]:
    """What p means, and whether it kept its promise."""
    size = style.calibration
    said = [
        f"{style.counted:,} posts were counted; {size:,} of the newest, judged by the others, tell what is usual.",
        "The p of a draft is the share of these that look no more like the author than the draft does.",
        f"Of the author's own posts 1 in 20 has a p of 0.05 at most. It is never below {1 / (size + 1):.3f}.",
    ]
    if not style.profile.english:
        said.append(
            "Others' writing is known here in English only, and most of these posts are in another language: likeness "
            "and the characteristic words tell them from English, and hardly from what others write in their language."
        )
    if trial is not None and not trial.tried:
        said.append("There are too few posts to try it on some that nothing was learned from.")
    elif trial is not None:
        said.append(f"Tried on {trial.tried:,} of the newest posts, after learning from the others alone, it rejects:")
    return said
