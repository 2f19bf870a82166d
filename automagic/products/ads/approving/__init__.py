"""A person says which texts and pictures of a package may be published."""
