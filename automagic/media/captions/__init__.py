"""The words on the picture and in the files beside it."""
