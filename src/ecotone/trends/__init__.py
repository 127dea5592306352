"""How curves and fields move: shapes, turning points, who leads, and AI agents as collaborators."""

from __future__ import annotations

from ecotone.trends.shapes import ALL, Shape

__all__ = ["ALL", "Shape"]
