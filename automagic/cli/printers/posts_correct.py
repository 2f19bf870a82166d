"""What was corrected, or would be."""

from __future__ import annotations

from automagic.cli.printers.posts_delete import document, print_summary

__all__ = ["document", "print_summary"]
