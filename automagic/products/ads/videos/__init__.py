"""What videos of ads say, and in which lengths and shapes platforms take them; the product `video` makes them."""
