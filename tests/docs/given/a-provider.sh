# The provider's machine: a file that came, the publisher's key that came by another way, and a folder of Unbound's.
soken feed get --form rpz --recipient "The provider" --out soken-feed.rpz.new
key=$(soken feed public-key)
mkdir unbound
