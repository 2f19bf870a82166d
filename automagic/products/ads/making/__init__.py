"""Packages of ads: texts and pictures for platforms, out of one brief."""
