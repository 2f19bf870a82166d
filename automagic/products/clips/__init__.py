"""A long recording becomes short vertical clips, with the reasons why each was chosen."""
