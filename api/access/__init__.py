"""Who may ask and who may write: by address, by the page that asks, by key."""
