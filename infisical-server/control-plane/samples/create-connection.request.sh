curl    --request POST \
        --url https://app.infisical.com/api/v1/app-connections/external-infisical \
        --header 'Content-Type: application/json' \
        --data '{
            "name": "my-infisical-connection",
            "method": "machine-identity-universal-auth",
            "credentials": {
                "instanceUrl": "https://infisical.example.com",
                "machineIdentityClientId": "<client-id>",
                "machineIdentityClientSecret": "<client-secret>"
            }
        }'
