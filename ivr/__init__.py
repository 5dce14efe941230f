"""The conversation: the menu tree as data, the prompts, and the flow that walks them."""
