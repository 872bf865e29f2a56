"""Runs Rasa's prediction graph node after node. Dask schedules the same handful of nodes anew three times a message."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from rasa.engine.runner.dask import DaskGraphRunner


class StraightGraphRunner:
    """Wraps a loaded `DaskGraphRunner`: the same nodes in the order their inputs need, worked out once a target."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._schema = loaded._graph_schema
        self._nodes = loaded._instantiated_nodes
        self._orders: Dict[Tuple[str, ...], List[Tuple[str, List[str]]]] = {}

    def run(self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
        wanted = tuple(targets or self._schema.target_names)
        results: Dict[str, Tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._order(wanted):
            results[name] = self._nodes[name](*[results.get(need, need) for need in needs])
        return {name: results[name][1] for name in wanted}

    def _order(self, targets: Tuple[str, ...]) -> List[Tuple[str, List[str]]]:
        if targets not in self._orders:
            schema = self._schema.minimal_graph_schema(list(targets))
            order: List[Tuple[str, List[str]]] = []
            placed = set()

            def place(name: str) -> None:
                if name in placed or name not in schema.nodes:
                    return
                placed.add(name)
                needs = list(schema.nodes[name].needs.values())
                for need in needs:
                    place(need)
                order.append((name, needs))

            for name in schema.nodes:
                place(name)
            self._orders[targets] = order
        return self._orders[targets]
