"""Posts in an author's own style: theirs are learned from, described and forgotten; new ones are published."""

from __future__ import annotations

from automagic.products.posts.checking.request import CheckPostsRequest
from automagic.products.posts.publishing.request import (
    CorrectPostRequest,
    DeletePostsRequest,
    PublishPostsRequest,
)
from automagic.products.posts.request import DescribePostsRequest, ForgetPostsRequest, LearnPostsRequest
from automagic.products.posts.writing.request import WritePostsRequest
from automagic.values.product import Operation, Product

_RECIPE = "automagic.products.posts.recipe"
_RESULT = "automagic.products.posts.result"
_LEARNING = ("automagic.products.posts.learning.steps",)

PRODUCT = Product(
    name="posts",
    help="Learn how an author writes posts, write new ones that hold up, and publish them.",
    operations=(
        Operation(
            name="learn",
            request=LearnPostsRequest,
            recipe=f"{_RECIPE}:learn",
            result=f"{_RESULT}:LearnPostsResult",
            steps=_LEARNING,
            help="Keep an author's posts on this machine, to learn from.",
            job_help="Queue learning an author's posts.",
            gather="automagic.products.posts.gathering:gather",
            examples=(
                "automagic posts learn twitter-2027-01-31.zip --author jane --mine",
                "automagic posts learn outbox.json more.jsonl --author jane",
            ),
        ),
        Operation(
            name="profile",
            request=DescribePostsRequest,
            recipe=f"{_RECIPE}:profile",
            result=f"{_RESULT}:DescribePostsResult",
            steps=_LEARNING,
            help="Show what is known of an author's posts.",
            job_help="Queue a description of an author's posts.",
        ),
        Operation(
            name="check",
            request=CheckPostsRequest,
            recipe="automagic.products.posts.checking.recipe:check",
            result="automagic.products.posts.checking.result:CheckPostsResult",
            steps=_LEARNING,
            help="Say what speaks against texts: length, secrets, links, copies; exit code 7 if anything does.",
            job_help="Queue a check of posts.",
            gather="automagic.products.posts.checking.gathering:gather",
            examples=(
                "automagic posts check draft.txt --platform x --platform bluesky",
                "automagic posts check drafts.jsonl --platform mastodon --author jane --json",
            ),
        ),
        Operation(
            name="write",
            request=WritePostsRequest,
            recipe="automagic.products.posts.writing.recipe:write",
            result="automagic.products.posts.writing.result:WritePostsResult",
            steps=(*_LEARNING, "automagic.products.posts.writing.steps", "automagic.stages.material_steps"),
            help="Write posts in an author's style, from a text, a page, a topic or a finished video.",
            job_help="Queue writing posts. A file that it names is copied now.",
            gather="automagic.products.posts.writing.gathering:gather",
            examples=(
                "automagic posts write --author jane --source article.md",
                "automagic posts write --author jane --run 20270131-101500-ab12cd:2 --platform x --count 5",
                'automagic posts write --author jane --topic "Why ice floats" --writer openai,profile',
            ),
        ),
        Operation(
            name="forget",
            request=ForgetPostsRequest,
            recipe=f"{_RECIPE}:forget",
            result=f"{_RESULT}:ForgetPostsResult",
            steps=(),
            help="Remove an author's posts, and all that was learned of them.",
            job_help="Queue forgetting an author.",
            door="person",
        ),
        Operation(
            name="publish",
            request=PublishPostsRequest,
            recipe="automagic.products.posts.publishing.recipe:publish",
            result="automagic.products.posts.publishing.result:PublishPostsResult",
            steps=(),
            help="Publish a draft on networks, now or later. Doing it again posts nothing twice.",
            job_help="Queue publishing a draft.",
            door="person",
            gather="automagic.products.posts.publishing.gathering:gather",
            examples=(
                "automagic posts publish 20270131-180000-0123456789ab:1 --to mastodon --to bluesky",
                "automagic posts publish hello.txt --to x --plan",
                "automagic posts publish --due --yes",
            ),
        ),
        Operation(
            name="delete",
            request=DeletePostsRequest,
            recipe="automagic.products.posts.publishing.taking_back:delete",
            result="automagic.products.posts.publishing.result:ChangedPostsResult",
            steps=(),
            help="Delete what was published: one post, or all of a draft.",
            job_help="Queue deleting posts.",
            door="person",
        ),
        Operation(
            name="correct",
            request=CorrectPostRequest,
            recipe="automagic.products.posts.publishing.taking_back:correct",
            result="automagic.products.posts.publishing.result:ChangedPostsResult",
            steps=(),
            help="Change the text of a post, where its network allows it.",
            job_help="Queue correcting a post.",
            door="person",
        ),
    ),
    labels={
        "learn-style": "Learn the style",
        "try-style": "Try what was learned",
        "write": "Read up on the topic",
        "search": "Search pictures",
        "fetch": "Fetch the pictures",
        "illustrate": "Paint the pictures",
        "fetch-clip": "Fetch the clips",
        "write-posts": "Write the drafts",
        "judge-posts": "Judge the drafts",
        "publish": "Publish",
    },
)
