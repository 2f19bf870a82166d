"""A product as small as can be: it greets, or says farewell, in a text file. See test_products.py."""

from __future__ import annotations

from automagic.products.greeting.request import FarewellRequest, HelloRequest  # type: ignore[import-not-found]

from automagic.values.product import Operation, Product

RECIPE = "automagic.products.greeting.recipe"

PRODUCT = Product(
    name="greeting",
    help="Words at the door.",
    operations=(
        Operation(
            name="hello",
            request=HelloRequest,
            recipe=f"{RECIPE}:greet",
            result=f"{RECIPE}:GreetingResult",
            steps=(RECIPE,),
            help="Greet somebody.",
            job_help="Greet somebody later.",
        ),
        Operation(
            name="farewell",
            request=FarewellRequest,
            recipe=f"{RECIPE}:take_leave",
            result=f"{RECIPE}:GreetingResult",
            steps=(RECIPE,),
            help="Say farewell.",
            job_help="Say farewell later.",
        ),
    ),
    labels={"greeting.write": "Find the words"},
)
