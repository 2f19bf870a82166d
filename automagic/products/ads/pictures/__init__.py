"""The pictures of ads: clean crops where a platform adds the words, whole ads where it shows what it is given."""
