"""`recon completion`: what a shell needs to complete recon's commands and options."""

from __future__ import annotations

from typing import Annotated

import typer

from recon.cli.options import choice
from recon.cli.overview import VERBS
from recon.cli.stdout import say

_BASH = """_recon() {{
    local verbs="{verbs}" word="${{COMP_WORDS[COMP_CWORD]}}"
    if [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W "$verbs" -- "$word"))
    elif [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$(recon "${{COMP_WORDS[1]}}" --help 2>/dev/null | grep -oE -- '--[a-z-]+')" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}}
complete -o filenames -F _recon recon"""
_ZSH = "autoload -U +X bashcompinit && bashcompinit\n" + _BASH
_FISH = """for verb in {verbs}
    complete -c recon -n __fish_use_subcommand -a $verb -f
end
complete -c recon -n 'not __fish_use_subcommand' -a '(recon (commandline -opc)[2] --help 2>/dev/null | grep -oE -- "--[a-z-]+")'"""
SHELLS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def completion(
    shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish", help="The shell to write it for.")],
) -> int:
    """Print what completes recon's commands and options in a shell."""
    known = choice(shell, tuple(SHELLS), "the shell")
    say(SHELLS[known].format(verbs=" ".join(VERBS)))
    return 0
