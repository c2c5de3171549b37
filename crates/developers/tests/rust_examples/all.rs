//! Every Rust example; `make openapi` writes the file.

mod get_me {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let response = reqwest::Client::new()
            .get("http://127.0.0.1:8080/api/v1/me")
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod get_limits {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let response = reqwest::Client::new()
            .get("http://127.0.0.1:8080/api/v1/me/limits")
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod list_leads {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let response = reqwest::Client::new()
            .get("http://127.0.0.1:8080/api/v1/leads?status=active")
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod create_lead {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let response = reqwest::Client::new()
            .post("http://127.0.0.1:8080/api/v1/leads")
            .bearer_auth(token)
            .json(&serde_json::json!({
              "email": "john@acme.com",
              "name": "John Smith",
              "company": "Acme Corp",
              "deal_value": 5000000,
              "tags": ["enterprise", "inbound"]
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod import_leads {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let response = reqwest::Client::new()
            .post("http://127.0.0.1:8080/api/v1/leads/import")
            .bearer_auth(token)
            .header("Content-Type", "text/csv")
            .body("email,name,company,deal_value,deal_stage\nann@acme.com,Ann Lee,Acme Corp,5000000,proposal\nbob@acme.com,Bob Ray,,,\n")
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod export_leads {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let response = reqwest::Client::new()
            .post("http://127.0.0.1:8080/api/v1/leads/export")
            .bearer_auth(token)
            .json(&serde_json::json!({
              "format": "csv",
              "status": "all"
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod smart_update_leads {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let lead_id = std::env::var("LEAD_ID")?;
        let response = reqwest::Client::new()
            .post("http://127.0.0.1:8080/api/v1/leads/ai-update")
            .bearer_auth(token)
            .json(&serde_json::json!({
              "updates": [
                {
                  "id": lead_id,
                  "text": "Moved to Globex. Budget is $20k now."
                }
              ],
              "min_confidence": 0.7
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod get_lead {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let lead_id = std::env::var("LEAD_ID")?;
        let response = reqwest::Client::new()
            .get(format!("http://127.0.0.1:8080/api/v1/leads/{lead_id}"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod update_lead {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let lead_id = std::env::var("LEAD_ID")?;
        let response = reqwest::Client::new()
            .patch(format!("http://127.0.0.1:8080/api/v1/leads/{lead_id}"))
            .bearer_auth(token)
            .json(&serde_json::json!({
              "deal_value": 7500000,
              "deal_stage": "negotiation"
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod archive_lead {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let lead_id = std::env::var("LEAD_ID")?;
        let response = reqwest::Client::new()
            .delete(format!("http://127.0.0.1:8080/api/v1/leads/{lead_id}"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod restore_lead {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let lead_id = std::env::var("LEAD_ID")?;
        let response = reqwest::Client::new()
            .post(format!("http://127.0.0.1:8080/api/v1/leads/{lead_id}/restore"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod list_lead_history {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let lead_id = std::env::var("LEAD_ID")?;
        let response = reqwest::Client::new()
            .get(format!("http://127.0.0.1:8080/api/v1/leads/{lead_id}/history"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod smart_update_lead {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let lead_id = std::env::var("LEAD_ID")?;
        let response = reqwest::Client::new()
            .post(format!("http://127.0.0.1:8080/api/v1/leads/{lead_id}/ai-update"))
            .bearer_auth(token)
            .json(&serde_json::json!({
              "text": "Just spoke with John, he's now VP of Sales at Acme Corp. Budget is around $50k, looking to close by end of Q2."
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod list_smart_updates {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let lead_id = std::env::var("LEAD_ID")?;
        let response = reqwest::Client::new()
            .get(format!("http://127.0.0.1:8080/api/v1/leads/{lead_id}/ai-updates"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod undo_smart_update {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let lead_id = std::env::var("LEAD_ID")?;
        let update_id = std::env::var("UPDATE_ID")?;
        let response = reqwest::Client::new()
            .post(format!("http://127.0.0.1:8080/api/v1/leads/{lead_id}/ai-updates/{update_id}/undo"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod get_smart_update_usage {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let response = reqwest::Client::new()
            .get("http://127.0.0.1:8080/api/v1/usage/ai")
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod list_conversations {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let response = reqwest::Client::new()
            .get("http://127.0.0.1:8080/api/v1/conversations?status=open")
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod create_conversation {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let lead_id = std::env::var("LEAD_ID")?;
        let response = reqwest::Client::new()
            .post("http://127.0.0.1:8080/api/v1/conversations")
            .bearer_auth(token)
            .json(&serde_json::json!({
              "channel": "chat",
              "lead_id": lead_id,
              "subject": "Prices"
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod get_conversation {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let conversation_id = std::env::var("CONVERSATION_ID")?;
        let response = reqwest::Client::new()
            .get(format!("http://127.0.0.1:8080/api/v1/conversations/{conversation_id}"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod update_conversation {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let conversation_id = std::env::var("CONVERSATION_ID")?;
        let response = reqwest::Client::new()
            .patch(format!("http://127.0.0.1:8080/api/v1/conversations/{conversation_id}"))
            .bearer_auth(token)
            .json(&serde_json::json!({
              "status": "closed"
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod list_messages {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let conversation_id = std::env::var("CONVERSATION_ID")?;
        let response = reqwest::Client::new()
            .get(format!("http://127.0.0.1:8080/api/v1/conversations/{conversation_id}/messages"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod add_message {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let conversation_id = std::env::var("CONVERSATION_ID")?;
        let response = reqwest::Client::new()
            .post(format!("http://127.0.0.1:8080/api/v1/conversations/{conversation_id}/messages"))
            .bearer_auth(token)
            .json(&serde_json::json!({
              "author": "visitor",
              "text": "Hi! What does it cost?"
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod list_runs {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let response = reqwest::Client::new()
            .get("http://127.0.0.1:8080/api/v1/workflow-runs?status=succeeded")
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod get_run {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let run_id = std::env::var("RUN_ID")?;
        let response = reqwest::Client::new()
            .get(format!("http://127.0.0.1:8080/api/v1/workflow-runs/{run_id}"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod cancel_run {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let run_id = std::env::var("RUN_ID")?;
        let response = reqwest::Client::new()
            .post(format!("http://127.0.0.1:8080/api/v1/workflow-runs/{run_id}/cancel"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod get_run_result {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let run_id = std::env::var("RUN_ID")?;
        let response = reqwest::Client::new()
            .get(format!("http://127.0.0.1:8080/api/v1/workflow-runs/{run_id}/result"))
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod revoke_credential {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let token = std::env::var("LEADKEEP_TOKEN")?;
        let response = reqwest::Client::new()
            .delete("http://127.0.0.1:8080/api/v1/me/credential")
            .bearer_auth(token)
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod get_token {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let client_id = std::env::var("LEADKEEP_CLIENT_ID")?;
        let client_secret = std::env::var("LEADKEEP_CLIENT_SECRET")?;
        let response = reqwest::Client::new()
            .post("http://127.0.0.1:8080/api/v1/oauth/token")
            .json(&serde_json::json!({
              "grant_type": "client_credentials",
              "client_id": client_id,
              "client_secret": client_secret
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod revoke_token {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let client_id = std::env::var("LEADKEEP_CLIENT_ID")?;
        let client_secret = std::env::var("LEADKEEP_CLIENT_SECRET")?;
        let response = reqwest::Client::new()
            .post("http://127.0.0.1:8080/api/v1/oauth/revoke")
            .json(&serde_json::json!({
              "client_id": client_id,
              "client_secret": client_secret,
              "token": "slk_at_oXyc…"
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod introspect_token {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let client_id = std::env::var("LEADKEEP_CLIENT_ID")?;
        let client_secret = std::env::var("LEADKEEP_CLIENT_SECRET")?;
        let response = reqwest::Client::new()
            .post("http://127.0.0.1:8080/api/v1/oauth/introspect")
            .json(&serde_json::json!({
              "client_id": client_id,
              "client_secret": client_secret,
              "token": "slk_at_oXyc…"
            }))
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod get_o_auth_metadata {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let response = reqwest::Client::new()
            .get("http://127.0.0.1:8080/.well-known/oauth-authorization-server")
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod get_health {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let response = reqwest::Client::new()
            .get("http://127.0.0.1:8080/healthz")
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}

mod get_readiness {
    #[tokio::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let response = reqwest::Client::new()
            .get("http://127.0.0.1:8080/readyz")
            .send()
            .await?;
        println!("{} {}", response.status(), response.text().await?);
        Ok(())
    }
}
