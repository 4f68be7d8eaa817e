curl --request POST \
--url https://app.infisical.com/api/v1/secret-syncs/external-infisical \
--header 'Content-Type: application/json' \
--data '{
    "name": "my-infisical-sync",
    "projectId": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "description": "an example sync",
    "connectionId": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "environment": "dev",
    "secretPath": "/my-secrets",
    "isEnabled": true,
    "syncOptions": {
        "initialSyncBehavior": "overwrite-destination"
    },
    "destinationConfig": {
        "projectId": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
        "environment": "prod",
        "secretPath": "/"
    }
}'
