"""Trends of projects and fields: shapes, change points, leaders, findings, and the share of AI agents."""

from __future__ import annotations

from ecotone.trends.shape_rules import ALL, Shape

__all__ = ["ALL", "Shape"]
