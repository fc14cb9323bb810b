"""What people must have done before a person may go on: stages, and what each still lacks."""
