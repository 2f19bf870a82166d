"""How pictures look: themes, colours, fonts, cards, and the fence that they are drawn behind."""
