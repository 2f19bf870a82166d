"""Read again what lies here, and find what is damaged or lost before it is needed."""
