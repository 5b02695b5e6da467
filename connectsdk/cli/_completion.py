"""How does a shell complete what is typed?"""

from typing import Any

import click
from click.shell_completion import get_completion_class

__all__ = ("completion",)

COMPLETION_HELP = """Print what lets a shell complete commands, options and the names of connectors.

\b
Examples:
  echo 'eval "$(connectsdk completion bash)"' >> ~/.bashrc
  echo 'eval "$(connectsdk completion zsh)"' >> ~/.zshrc
  connectsdk completion fish > ~/.config/fish/completions/connectsdk.fish
"""


@click.command("completion", help=COMPLETION_HELP, short_help="Let a shell complete what you type.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script."""
    found: Any = get_completion_class(shell)
    root = context.find_root().command
    click.echo(found(root, {}, "connectsdk", "_CONNECTSDK_COMPLETE").source())
