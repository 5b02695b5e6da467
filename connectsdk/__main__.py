"""What does `python -m connectsdk` do? The same as the command `connectsdk`."""

from connectsdk.cli import main

if __name__ == "__main__":
    main(prog_name="connectsdk")
