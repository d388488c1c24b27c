"""The papers judged: what a dev set can show, and every verdict."""
