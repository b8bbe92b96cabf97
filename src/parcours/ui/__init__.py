"""The design system: base pages, components, styles, scripts, and how values are written for people."""
