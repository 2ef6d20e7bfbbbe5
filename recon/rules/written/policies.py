"""The `policies` section: which match an order line needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.codes import MATCH_POLICIES
from recon.rules.condition import Value
from recon.rules.rule import Policy
from recon.rules.written.kinds import Choice, refused
from recon.rules.written.named import NAME, POLICY_WHEN, refuse_same_name
from recon.rules.written.sections import Field, Many, Record

if TYPE_CHECKING:
    from recon.rules.written.yaml_nodes import Node


def _reachable(items: list[tuple[Node, Policy]]) -> None:
    """Refuse a policy that an earlier one leaves nothing to."""
    refuse_same_name(items)
    taken: dict[str, str] = {}
    for node, policy in items:
        everything = taken.get("") or taken.get(_meaning(policy))
        if everything:
            hint = f"The policy '{everything}' before it already decides every such line: put it after, or give it another 'when'."
            raise refused(node.place, f"the policy '{policy.name}' can never apply", hint)
        taken[_meaning(policy)] = policy.name


def _meaning(policy: Policy) -> str:
    """Return what a policy's condition says, whatever its spelling; empty for one that always holds."""
    always = policy.when is None or policy.when.expression == Value(value=True)
    return "" if always or policy.when is None else repr(policy.when.expression)


POLICY = Record(
    "a policy",
    {
        "name": NAME,
        "match": Field(
            Choice("a policy", MATCH_POLICIES),
            "What is held against what.",
            missing="Add match: three_way, or another.",
        ),
        "when": POLICY_WHEN,
    },
    lambda _, values: Policy(**values),
)

POLICIES = Many(POLICY, check=_reachable, may_be_empty=True)
