"""Mermaid ``journey`` diagrams, in and out: titles, sections, tasks, scores and actors; all else is lost."""
