"""How a product's result is printed on the terminal and as JSON: one file of a product's name, or `plain`.

Each has `document(result, progress, plan=…)` and `print_summary(result, progress, plan=…)`.
"""
