"""What helps those who write a program against LiteHQ: following events, making them happen."""
