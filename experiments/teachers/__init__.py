"""Teachers of every origin: brought, trained here, taught by another teacher, averaged."""
