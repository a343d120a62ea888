"""Two rules of a made-up operator, as somebody outside of LiteHQ would write them."""
