"""The page on which a person looks at a package before they approve it, and the plan of a test."""
