"""``python -m litehq_app`` is ``litehq``."""

from litehq_app.cli import main

if __name__ == "__main__":
    main()
