"""Commands of products that make nothing: one file each, which gives them to the product's own."""
