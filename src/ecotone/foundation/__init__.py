"""What every folder may use: errors, months, declarations. Imports nothing of ours."""
