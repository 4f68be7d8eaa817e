# How to log in at the source, and the client secret of the connection "dr-site".
export INFISICAL_HOST=http://127.0.0.1:8090
export INFISICAL_UNIVERSAL_AUTH_CLIENT_ID=22222222-2222-4222-8222-222222222222
export INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET=reader-0a1b2c3d4e5f6071
export EXTERNAL_INFISICAL_DR_SITE_CLIENT_SECRET=writer-8192a3b4c5d6e7f8
# Where Pulumi and external-infisical keep the state, and what encrypts the secrets in it.
export PULUMI_BACKEND_URL="file://$PWD"
export PULUMI_CONFIG_PASSPHRASE=only-for-the-first-steps
# The command and, where it is installed here, Node.
export PATH="$PWD/node_modules/.bin:$PATH"
