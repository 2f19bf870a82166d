"""Find out what is said in recordings: from their captions, or by hearing them."""
