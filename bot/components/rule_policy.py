"""Rasa's RulePolicy, remembering which rules fit a state: it compares every rule with every state anew otherwise."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any, Dict, FrozenSet, List, Set, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe

MOST = 5000


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class RememberingRulePolicy(RulePolicy):
    """The same decisions. No rule of ours names a text, so what the child wrote is left out of what is remembered."""

    _remembered: "OrderedDict[Tuple[int, str], FrozenSet[str]]"

    def _get_possible_keys(self, lookup: Dict[str, str], states: List[Any]) -> Set[str]:
        if not hasattr(self, "_remembered"):
            self._remembered = OrderedDict()
        key = (len(lookup), json.dumps([_without_text(state) for state in states], sort_keys=True, default=list))
        found = self._remembered.get(key)
        if found is None:
            found = self._remembered[key] = frozenset(super()._get_possible_keys(lookup, states))
            if len(self._remembered) > MOST:
                self._remembered.popitem(last=False)
        return set(found)


def _without_text(state: Dict[str, Any]) -> Dict[str, Any]:
    user = state.get("user")
    return {**state, "user": {**user, "text": "*"}} if user and "text" in user else state
