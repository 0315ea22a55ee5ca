"""What the public pages say, built as plain values from the figures, the visits and the law: no request, no markup."""
