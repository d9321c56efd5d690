-- Neovim as a real client: it opens a file, waits for what the server says, and does what it offers.
-- What starts the server is the recipe of docs/editors.md.
local found = {}

vim.cmd("edit " .. os.getenv("ECSLINT_FILE"))
local buffer = vim.api.nvim_get_current_buf()

local function codes()
  local told = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(told, { one.code or one.user_data.lsp.code, one.lnum, one.col, one.end_col })
  end
  return told
end

local function wait(count)
  vim.wait(30000, function() return #vim.diagnostic.get(buffer) == count end, 20)
end

local function actions(only)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = { start = { line = 0, character = 0 }, ["end"] = { line = 999, character = 0 } },
    context = { diagnostics = {}, only = only },
  }
  for _, answer in pairs(vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", params, 30000)) do
    return answer.result
  end
end

wait(tonumber(os.getenv("ECSLINT_BEFORE")))
found.before = codes()
found.titles = vim.tbl_map(function(action) return action.title end, actions({ "quickfix" }))
for _, action in ipairs(actions({ "source.fixAll.ecslint" })) do
  vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
end
wait(tonumber(os.getenv("ECSLINT_AFTER")))
found.after = codes()
vim.cmd("silent write")
io.stdout:write(vim.json.encode(found))
vim.cmd("qa!")
