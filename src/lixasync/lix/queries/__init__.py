"""What searches ask for, and the URLs that say so: filters, names and their ids, and LinkedIn's own grammar."""
