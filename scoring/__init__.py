"""How good text and drafts are, measured against calls whose true words and fields are known."""
