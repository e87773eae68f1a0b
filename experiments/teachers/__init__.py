"""Teachers, however they come about: brought, trained here, taught by another, averaged."""
