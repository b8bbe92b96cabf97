"""The invented companies that play the templates, one each: who comes, what is kept and broken, what people say."""
